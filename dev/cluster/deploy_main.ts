/** `deno task deploy`: the whole system in the cluster of KUBECONFIG, by one command, as often as one likes. */
import { launch } from "../stack/launcher.ts";
import { findApi } from "./api_address.ts";
import { DEPLOY_USAGE, parseDeployArguments } from "./arguments.ts";
import { deploy } from "./deploy.ts";
import { createKubectl } from "./kubectl.ts";

const NAMESPACE = "cast";

async function main(): Promise<number> {
  const given = parseDeployArguments(Deno.args);
  if (given === undefined) {
    console.log(DEPLOY_USAGE);
    return 0;
  }
  const kubectl = createKubectl({ namespace: NAMESPACE });
  await deploy({ ...given, kubectl, tell: console.log });
  const api = await findApi(kubectl);
  if (api !== undefined) console.log(guide(api));
  return 0;
}

function guide(api: string): string {
  const post = `curl -s ${api} -H 'content-type: application/json'`;
  const vote = 'mutation ($t: String!) { vote(usernames: [\\"alice\\"], voteCount: [1], ticket: $t) ' +
    "{ success message votes code } }";
  return `
Ready: ${api}

Vote:
  T=$(${post} -d '{"query":"{ cas { ticket } }"}' | sed 's/.*"ticket":"\\([^"]*\\)".*/\\1/'); \\
  ${post} -d '{"query":"${vote}","variables":{"t":"'"$T"'"}}'

See it counted:
  kubectl -n ${NAMESPACE} exec postgres-0 -- psql -U postgres -d cast -c 'select * from votes'

Compare all the stores:
  npx -y deno task operate verify`;
}

if (import.meta.main) await launch(main);
