/**
 * What a schema changes in one that was released, as far as it may break a client. An enum may grow where its
 * description says so: clients were told to take a value that they do not know for a refusal.
 */
import {
  buildSchema,
  DangerousChangeType,
  findBreakingChanges,
  findDangerousChanges,
  type GraphQLSchema,
  isEnumType,
} from "graphql";

const MAY_GROW = /\bMay grow\b/;

/** Returns one line for each change, none where every client goes on unchanged. */
export function findSchemaBreaks({ released, present }: { released: string; present: string }): string[] {
  const [before, after] = [buildSchema(released), buildSchema(present)];
  const dangerous = findDangerousChanges(before, after).filter(({ type, description }) => {
    // Whoever leaves it out notices nothing.
    if (type === DangerousChangeType.OPTIONAL_ARG_ADDED) return false;
    return type !== DangerousChangeType.VALUE_ADDED_TO_ENUM || !isGrowthOf(before, description);
  });
  return [...findBreakingChanges(before, after), ...dangerous].map(({ type, description }) =>
    `${type}: ${description}`
  );
}

/** graphql-js names the enum in the sentence alone: `X was added to enum type Y.` */
function isGrowthOf(before: GraphQLSchema, description: string): boolean {
  const type = before.getType(/enum type (\w+)/.exec(description)?.[1] ?? "");
  return isEnumType(type) && MAY_GROW.test(type.description ?? "");
}
