/**
 * The API over HTTP as it is deployed, against a handler that gives the same answers to the same requests and knows
 * nothing but how: votes, and the two reads.
 */
import type { World } from "../../../shared/testing/world.ts";
import type { Bench, BenchContext, Figure } from "../bench.ts";
import { interleave, type Side } from "../interleave.ts";
import { requireTool } from "../run/tools.ts";
import { CAS_DOCUMENT, QUERY_DOCUMENT, queryVariables, VOTE_DOCUMENT, voteVariables } from "./requests.ts";
import { type ApiScene, startApiScene } from "./scene.ts";
import { readSide, voteSide } from "./sides.ts";

const VOTES_WANTED = { atLeast: 0.85 };
const READS_WANTED = { atLeast: 0.8 };

export const voteBench: Bench = {
  name: "vote",
  title: "Votes through GraphQL, against a bare handler that runs the same script",
  run: (context) =>
    withScene(context, async ({ world, scene }) => {
      const figures: Figure[] = [];
      for (const withId of [false, true]) {
        const variables = voteVariables({ ticket: scene.ticket, withId });
        const bodies = graphql(VOTE_DOCUMENT, variables);
        const sides = {
          api: voteSide(world, context, { url: `${scene.apiUrl}/graphql`, bodies }),
          raw: voteSide(world, context, { url: `${scene.rawUrl}/graphql`, bodies }),
        };
        const what = withId ? "votes with a requestId" : "votes";
        figures.push(await compare(what, { sides, context, wanted: VOTES_WANTED }));
      }
      return figures;
    }),
};

export const queryBench: Bench = {
  name: "query",
  title: "Totals through GraphQL, against a bare handler that runs the same script",
  run: (context) =>
    withScene(context, async ({ world, scene }) => {
      const variables = queryVariables();
      return [await compareReads("query", { world, scene, context, document: QUERY_DOCUMENT, variables })];
    }),
};

export const casBench: Bench = {
  name: "cas",
  title: "Tickets through GraphQL, against a bare handler that runs the same script",
  run: (context) =>
    withScene(context, async ({ world, scene }) => {
      return [await compareReads("cas", { world, scene, context, document: CAS_DOCUMENT, variables: [{}] })];
    }),
};

interface Compared {
  readonly sides: { readonly api: Side; readonly raw: Side };
  readonly context: BenchContext;
  readonly wanted: NonNullable<Figure["wanted"]>;
}

async function withScene(
  context: BenchContext,
  measure: (on: { world: World; scene: ApiScene }) => Promise<Figure[]>,
): Promise<readonly Figure[]> {
  requireTool("wrk");
  await using world = await context.createWorld();
  return await measure({ world, scene: await startApiScene(world) });
}

async function compare(what: string, { sides, context, wanted }: Compared): Promise<Figure> {
  context.say(`${what}:`);
  const { api, raw } = await interleave(sides, context);
  return { what, unit: "1/s", samples: api, limit: { what: "raw handler", samples: raw }, wanted };
}

function compareReads(
  name: "query" | "cas",
  { world, scene, context, document, variables }: {
    world: World;
    scene: ApiScene;
    context: BenchContext;
    document: string;
    variables: readonly object[];
  },
): Promise<Figure> {
  const bodies = graphql(document, variables);
  // Data that is not null: an error of GraphQL comes with status 200 as well.
  const right = name === "query" ? /^\{"data":\{"query":\d+\}\}$/ : /^\{"data":\{"cas":\{"ticket":"/;
  const sides = {
    api: readSide(world, context, { url: `${scene.apiUrl}/graphql`, bodies, right }),
    raw: readSide(world, context, { url: `${scene.rawUrl}/graphql`, bodies, right }),
  };
  return compare(name, { sides, context, wanted: READS_WANTED });
}

function graphql(query: string, variables: readonly object[]): string[] {
  return variables.map((each) => JSON.stringify({ query, variables: each }));
}
