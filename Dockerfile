# The production image: web, worker, beat and migrate are the same image with different commands (docker-compose.yml).
# Only what deploy/production.lock names is in it: no embedded servers, no test tools, no compiler.
FROM python:3.13-slim-bookworm AS build
WORKDIR /build
COPY deploy/installer.lock deploy/production.lock deploy/
RUN python -m venv installer \
 && installer/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r deploy/installer.lock \
 && python -m venv --without-pip /opt/hubb \
 && installer/bin/uv pip install --python /opt/hubb --no-cache --compile-bytecode --require-hashes -r deploy/production.lock

FROM python:3.13-slim-bookworm
ENV PATH=/opt/hubb/bin:$PATH \
    DJANGO_SETTINGS_MODULE=config.settings \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
RUN groupadd --gid 10001 hubb \
 && useradd --uid 10001 --gid 10001 --home-dir /srv/hubb --no-create-home --shell /usr/sbin/nologin hubb
WORKDIR /srv/hubb
COPY --from=build /opt/hubb /opt/hubb
COPY LICENSE manage.py ./
COPY deploy/log.json deploy/
COPY config config
COPY hub hub
COPY consent consent
COPY triage triage
COPY meetings meetings
COPY actionplans actionplans
COPY reports reports
COPY templates templates
COPY static static
# Values of the right form that open nothing and are not kept: collecting files asks neither database nor broker.
RUN SECRET_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(60))') \
    LOOKUP_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(40))') \
    FIELD_ENCRYPTION_KEYS=$(python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())') \
    ALLOWED_HOSTS=build.invalid DATABASE_URL=postgres://build@localhost/build REDIS_URL=redis://localhost \
    python manage.py collectstatic --noinput --verbosity 0 \
 && python -m compileall -q .
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
CMD ["python", "-m", "granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "4", "--no-ws", "--respawn-failed-workers", \
     "--log-config", "deploy/log.json", "config.wsgi:application"]
