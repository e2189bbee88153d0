/**
 * What `deno task dev` says when everything is ready: lines that work when pasted.
 */

export function guide(url: string): string {
  const post = `curl -s ${url} -H 'content-type: application/json'`;
  const fetchTicket = `${post} -d '{"query":"{ cas { ticket validUntil remainingUsage } }"}'`;
  const vote = 'mutation ($t: String!) { vote(usernames: [\\"alice\\"], voteCount: [1], ticket: $t) ' +
    "{ success message usernames votes code } }";
  return `
Ready: ${url}

Fetch a ticket:
  ${fetchTicket}

Vote with it; a ticket lives for two seconds, so this fetches its own:
  T=$(${post} -d '{"query":"{ cas { ticket } }"}' | sed 's/.*"ticket":"\\([^"]*\\)".*/\\1/'); \\
  ${post} -d '{"query":"${vote}","variables":{"t":"'"$T"'"}}'

See it in Postgres:
  npx -y deno task sql 'select * from votes'

Logs are in .cast/dev/logs, Ctrl-C stops everything and keeps the data.
`;
}
