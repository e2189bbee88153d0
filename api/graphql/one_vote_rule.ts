/**
 * At most one `vote` in an operation, however it is written: under aliases, in fragments, by a spread that comes twice, or
 * behind directives. A ticket's uses are the throttle of CAST, and a hundred votes in one request would pass every limit
 * on requests. A call may name twenty candidates; that is one vote.
 */
import {
  type ASTVisitor,
  type FragmentSpreadNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
} from "graphql";

const VOTE_FIELD = "vote";

export function oneVoteRule(context: ValidationContext): ASTVisitor {
  /** Also of those that are being counted, as 0: a cycle of fragments adds nothing and must come to an end. */
  const countOfFragment = new Map<string, number>();

  function countIn({ selections }: SelectionSetNode): number {
    let count = 0;
    for (const selection of selections) {
      switch (selection.kind) {
        case Kind.FIELD:
          if (selection.name.value === VOTE_FIELD) count++;
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

  return {
    OperationDefinition(operation) {
      if (countIn(operation.selectionSet) > 1) {
        context.reportError(
          new GraphQLError("Send one vote in a request; one vote may name several", { nodes: operation }),
        );
      }
      return false;
    },
    FragmentDefinition: () => false,
  };
}
