/**
 * The operations that the hot door knows, by the exact text of their document. Only graphql-yoga makes one known, after
 * it has parsed and validated the document with every rule and limit it has; so what is looked up here needs neither.
 *
 * Bounded, because strangers choose the documents: a few hundred kilobytes each at the worst, and the least recently
 * used goes first, so that new ones do not push out one that is asked all the time.
 */
import type { DocumentNode } from "graphql";
import { LRUCache } from "lru-cache";
import { compileOperation, type Operation, type OperationSource } from "./operation.ts";

export const DOCUMENTS_MAX = 64;
/** UTF-16 units. A vote's document has about 300. */
export const DOCUMENT_LENGTH_MAX = 2048;
/** Operations and fragments of one document. */
export const DEFINITIONS_MAX = 8;

/** How a request names its operation. */
export interface OperationKey {
  readonly text: string;
  readonly operationName: string | undefined;
}

export interface KnownOperations {
  find(key: OperationKey): Operation | undefined;
  learn(text: string, source: OperationSource): void;
}

interface KnownDocument {
  /** Operations hold nodes of it, and with each node its whole text: one tree for all of them. */
  readonly document: DocumentNode;
  readonly operations: Map<string | undefined, Operation>;
}

export function createKnownOperations(): KnownOperations {
  const documents = new LRUCache<string, KnownDocument>({ max: DOCUMENTS_MAX });
  return {
    find: ({ text, operationName }) => documents.get(text)?.operations.get(operationName),
    learn(text, source) {
      if (text.length > DOCUMENT_LENGTH_MAX || source.document.definitions.length > DEFINITIONS_MAX) return;
      const known = documents.get(text) ?? { document: source.document, operations: new Map() };
      if (known.operations.has(source.operationName)) return;
      const operation = compileOperation({ ...source, document: known.document });
      if (!operation) return;
      known.operations.set(source.operationName, operation);
      documents.set(text, known);
    },
  };
}
