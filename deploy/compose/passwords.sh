#!/bin/sh
# Run once by the postgres image after roles.sql, when the database is made: gives the two roles their passwords.
set -eu
psql --quiet --username postgres --dbname "$POSTGRES_DB" --set ON_ERROR_STOP=1 \
    --set owner="$HUB_OWNER_PASSWORD" --set app="$HUB_APP_PASSWORD" <<'SQL'
ALTER ROLE hub_owner PASSWORD :'owner';
ALTER ROLE hub_app PASSWORD :'app';
SQL
