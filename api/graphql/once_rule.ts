/**
 * Root fields that an operation may have once, however they are written: under aliases, in fragments, by a spread that
 * comes twice, or behind directives.
 *
 * One vote: a ticket's uses are the throttle of CAST, and a hundred votes in one request would pass every limit on
 * requests. A call may name twenty candidates; that is one vote. Each list once: what a list costs hangs on its arguments,
 * which limits on the document do not see.
 */
import {
  type ASTVisitor,
  type FragmentSpreadNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
} from "graphql";

const LIST_TWICE = "Ask for a list once in a request; one list may be long";
const MESSAGES: Readonly<Record<string, string>> = {
  vote: "Send one vote in a request; one vote may name several",
  tallies: LIST_TWICE,
  candidates: LIST_TWICE,
  leaderboard: LIST_TWICE,
};

export function onceRule(context: ValidationContext): ASTVisitor {
  const countInOperation = Object.keys(MESSAGES).map((field) =>
    [field, createFieldCount(context, field)] as const
  );
  return {
    OperationDefinition(operation) {
      for (const [field, countIn] of countInOperation) {
        if (countIn(operation.selectionSet) > 1) {
          context.reportError(new GraphQLError(MESSAGES[field] as string, { nodes: operation }));
        }
      }
      return false;
    },
    FragmentDefinition: () => false,
  };
}

/** Returns how often a selection has the field; fragments are counted once and remembered. */
function createFieldCount(
  context: ValidationContext,
  field: string,
): (selectionSet: SelectionSetNode) => number {
  /** Also of those that are being counted, as 0: a cycle of fragments adds nothing and must come to an end. */
  const countOfFragment = new Map<string, number>();

  function countIn({ selections }: SelectionSetNode): number {
    let count = 0;
    for (const selection of selections) {
      switch (selection.kind) {
        case Kind.FIELD:
          if (selection.name.value === field) count++;
          break;
        case Kind.INLINE_FRAGMENT:
          count += countIn(selection.selectionSet);
          break;
        case Kind.FRAGMENT_SPREAD:
          count += countOf(selection);
          break;
        default:
          selection satisfies never;
      }
    }
    return count;
  }

  function countOf({ name: { value: name } }: FragmentSpreadNode): number {
    const known = countOfFragment.get(name);
    if (known !== undefined) return known;
    countOfFragment.set(name, 0);
    const fragment = context.getFragment(name);
    const count = fragment ? countIn(fragment.selectionSet) : 0;
    countOfFragment.set(name, count);
    return count;
  }

  return countIn;
}
