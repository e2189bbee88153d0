# Writes the file of users with the hashes of the mounted passwords, then becomes Redis. A file holds one password a line,
# two while one takes the place of the other; the rule is that of deno task redis-acl.
set -eu
cr=$(printf '\r')
cp /etc/redis/users.acl /run/redis/users.acl
for file in /secrets/*; do
  user=$(basename "$file")
  hashes=
  while IFS= read -r password || [ -n "$password" ]; do
    password=${password%"$cr"}
    [ -n "$password" ] || continue
    # Redis keeps no salt: what can be guessed would be found in the file.
    if [ "${#password}" -lt 16 ]; then
      hashes=
      break
    fi
    hashes="$hashes #$(printf %s "$password" | sha256sum | cut -c 1-64)"
  done <"$file"
  if [ -z "$hashes" ]; then
    echo "Give $user a password of 16 characters or more" >&2
    exit 1
  fi
  sed -i "s/ #@$user@/$hashes/" /run/redis/users.acl
done
if grep -q '#@' /run/redis/users.acl; then
  echo 'Give every user of Redis a password: the Secret redis-users lacks one' >&2
  exit 1
fi
# A pod that was deleted by force may still be at work on this volume. Two at once would ruin it.
exec 9>/data/lock
flock 9
exec redis-server /etc/redis/redis.conf "$@"
