# For a release, pin the base image by digest (python:3.13-slim@sha256:…) and let a bot propose newer ones;
# the libraries are pinned with hashes in requirements.txt.
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
RUN python -m venv /venv
COPY requirements.txt /tmp/requirements.txt
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: \
    --requirement /tmp/requirements.txt
WORKDIR /app
COPY . .
# Byte code saves seconds at every start, and the running container may not be able to write it.
RUN /venv/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /venv/lib . \
    && /venv/bin/pip uninstall --yes --quiet pip

FROM ${BASE}
# A number and not a name, so that an orchestrator can see that it isn't root.
RUN mkdir -p /app/data && chown 10001:10001 /app/data
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
# Everything but /app/data and /tmp may be read-only. EXHALE_CONTAINER: a missing BOT_TOKEN is an error here.
# MALLOC_ARENA_MAX: one heap for all threads; charts that are drawn in several leave 30 MB behind in heaps of their own.
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MALLOC_ARENA_MAX=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    LOG_JSON=1 \
    EXHALE_CONTAINER=1
USER 10001:10001
VOLUME /app/data
STOPSIGNAL SIGTERM
# Asked of the running bot, without a second one being imported.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", \
    "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ.get('OPS_PORT') or 9090}/healthz\", timeout=4)"]
CMD ["python", "bot.py"]
