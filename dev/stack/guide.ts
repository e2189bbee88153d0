/**
 * What `deno task dev` says when everything is ready: lines that work when pasted.
 */

export function guide(api: string): string {
  const post = `curl -s ${api}/graphql -H 'content-type: application/json'`;
  const fetchTicket = `${post} -d '{"query":"{ cas { ticket validUntil remainingUsage } }"}'`;
  const vote = 'mutation ($t: String!) { vote(usernames: [\\"alice\\"], voteCount: [1], ticket: $t) ' +
    "{ success message usernames votes code } }";
  return `
Ready: ${api}/graphql

Fetch a ticket:
  ${fetchTicket}

Vote with it; a ticket lives for two seconds, so this fetches its own:
  T=$(${post} -d '{"query":"{ cas { ticket } }"}' | sed 's/.*"ticket":"\\([^"]*\\)".*/\\1/'); \\
  ${post} -d '{"query":"${vote}","variables":{"t":"'"$T"'"}}'

See it in Postgres:
  npx -y deno task sql 'select * from votes'

Kill a part and see what the others do; start it again with "start" in place of "kill":
  npx -y deno task part kill vote-persister

docs/tutorial.md goes on from here. Logs are in .cast/dev/logs, Ctrl-C stops everything and keeps the data.
`;
}

/** Where there is something to look at. */
export function links(api: string, environment: Record<string, string>): { label: string; url: string }[] {
  return [
    ...(environment["CAST_WEB"] === "off" ? [] : [{ label: "page", url: `${api}/` }]),
    ...(environment["CAST_GRAPHQL_TOOLS"] === "on" ? [{ label: "GraphiQL", url: `${api}/graphql` }] : []),
  ];
}
