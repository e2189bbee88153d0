/** Fields of a document that mean what they say: no directive decides about them and no fragment hides them. */
import { type FieldNode, Kind, type OperationDefinitionNode, type SelectionSetNode } from "graphql";

/** Returns the fields of a selection, or undefined where one is not plain or two are merged under one key. */
export function plainFields({ selections }: SelectionSetNode): FieldNode[] | undefined {
  const fields = selections.filter((selection) => selection.kind === Kind.FIELD);
  const isDistinct = new Set(fields.map(responseKey)).size === selections.length;
  return isDistinct && fields.every(isPlain) ? fields : undefined;
}

/** Returns an operation's one root field, if it has only one and neither is touched by a directive. */
export function onlyPlainField(operation: OperationDefinitionNode): FieldNode | undefined {
  const fields = plainFields(operation.selectionSet);
  return fields?.length === 1 && !operation.directives?.length ? fields[0] : undefined;
}

/** The key of the field in the result. */
export function responseKey({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}

function isPlain(field: FieldNode): boolean {
  // An object of ours would take this key for its prototype.
  return !field.directives?.length && responseKey(field) !== "__proto__";
}
