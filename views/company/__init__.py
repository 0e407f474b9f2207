"""Screens of the company: HR home, people, departments, reporting groups, audit."""
