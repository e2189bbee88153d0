-- Votes of the past as the persister stores them, with every index in place: $1 number of the first, $2 how many,
-- $3 epoch, $4 time of the first in ms. Ten a millisecond, each for one of a thousand names, each with a request id.
insert into vote_events (vote_id, shard, epoch, version, at, usernames, counts, request_id, fingerprint)
select
  -- UUIDv7 by hand: a function for it is in Postgres 18 and not before
  (lpad(to_hex($4::bigint + each / 10), 12, '0') || '7' || substr(hash, 1, 3) || '8' || substr(hash, 4, 15))::uuid,
  0, $3::bigint, each, to_timestamp(($4::bigint + each / 10) / 1000.0),
  array['candidate-' || each % 1000], array[1], hash::uuid::text, sha256(hash::bytea)
from (
  select each, md5(each::text) as hash from generate_series($1::bigint, $1::bigint + $2::bigint - 1) as each
) as vote
