# Writes the file of users with the hashes of the mounted passwords, then becomes Redis.
set -eu
cp /etc/redis/users.acl /run/redis/users.acl
for file in /secrets/*; do
  hashes=
  while read -r password || [ -n "$password" ]; do
    hashes="$hashes #$(printf %s "$password" | sha256sum | cut -c 1-64)"
  done <"$file"
  sed -i "s/ #@$(basename "$file")@/$hashes/" /run/redis/users.acl
done
if grep -q '#@' /run/redis/users.acl; then
  echo 'Give every user of Redis a password: the Secret redis-users lacks one' >&2
  exit 1
fi
# A pod that was deleted by force may still be at work on this volume. Two at once would ruin it.
exec 9>/data/lock
flock 9
exec redis-server /etc/redis/redis.conf "$@"
