"""Departments, reporting groups, memberships, people and roles, audience, audit."""
