# Run once, on an empty volume: the owner of the tables and a role for each that comes here. What the roles may do is
# granted by deno task prepare.
{
  for role in cast_owner cast_persister cast_operator cast_reader; do
    # From a pipe, for arguments are seen by others. A password is of hexadecimal digits.
    echo "create role $role login password '$(cat "/secrets/$role")';"
  done
  echo 'alter database "cast" owner to cast_owner;'
  echo 'revoke all on database "cast" from public;'
  echo 'grant connect on database "cast" to cast_persister, cast_operator, cast_reader;'
} | psql --quiet --single-transaction --set ON_ERROR_STOP=1 --username postgres --dbname cast
