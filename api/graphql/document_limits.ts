/**
 * What a document may ask for, judged before anything is executed. What is refused here was valid GraphQL on our schema
 * or too much of it to find out; the bounds are far above what clients of CAST ask, and are not told to those who probe.
 *
 * Tokens are counted while the document is parsed, which bounds the parser's stack as well as every rule of validation.
 * Then come the limits, and only what keeps them is validated: some rules of GraphQL take time that grows with the square
 * of a document.
 */
import { costLimitRule } from "@escape.tech/graphql-armor-cost-limit";
import { maxAliasesRule } from "@escape.tech/graphql-armor-max-aliases";
import { maxDepthRule } from "@escape.tech/graphql-armor-max-depth";
import { maxDirectivesRule } from "@escape.tech/graphql-armor-max-directives";
import { maxTokensPlugin } from "@escape.tech/graphql-armor-max-tokens";
import {
  type DocumentNode,
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type Source,
  specifiedRules,
  validate,
  type ValidationContext,
  type ValidationRule,
  visit,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import { onceRule } from "./once_rule.ts";

/** A vote has 65, GraphiQL's question for the whole schema 163, twenty totals in one request about 300. */
export const TOKENS_MAX = 400;
/** The fields of a candidate on a page are 4 deep; each fragment that they are written in adds one. */
export const DEPTH_MAX = 8;
/** As many totals at once as one vote may name. */
export const ALIASES_MAX = 20;
export const DIRECTIVES_MAX = 10;
/**
 * By graphql-armor's scale, a field costs 1 and each level half as much again: a vote 10, a page of candidates with all there is to it 41,
 * twenty tickets 130.
 */
export const COST_MAX = 200;
/**
 * The largest vote with all its names in the document, written as escapes, has 16 KiB. One token may be as long as the
 * document, and graphql-js took some 12 ms for a name of 60 KB, in which everybody's votes waited.
 */
export const CHARACTERS_MAX = 20_480;
/** Each costs a stack trace, and nobody reads more. */
const ERRORS_MAX = 10;

const TOO_LONG = "The document is too long.";

export interface DocumentLimitsOptions {
  /** For developers: introspection, and suggestions in errors. */
  readonly tools: boolean;
}

export function limitsDocuments({ tools }: DocumentLimitsOptions): Plugin[] {
  const limits = limitRules({ tools });
  const rules = tools ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  return [
    maxTokensPlugin({
      n: TOKENS_MAX,
      exposeLimits: false,
      errorMessage: TOO_LONG,
    }) as Plugin,
    {
      // After the count of tokens, whose parser this takes the place of.
      onParse({ params: { source }, setParseFn }) {
        if (lengthOf(source) <= CHARACTERS_MAX) return;
        setParseFn(() => {
          throw new GraphQLError(`Syntax Error: ${TOO_LONG}`);
        });
      },
    },
    {
      onValidate({ setValidationFn }) {
        setValidationFn((schema, document) => {
          const passed = validate(schema, withoutArguments(document), limits, { maxErrors: 1 });
          if (passed.length > 0) return passed;
          return validate(schema, document, rules, { maxErrors: ERRORS_MAX, hideSuggestions: !tools });
        });
      },
    },
  ];
}

function lengthOf(source: string | Source): number {
  return typeof source === "string" ? source.length : source.body.length;
}

function limitRules({ tools }: DocumentLimitsOptions): ValidationRule[] {
  // Introspection nests deeper than anything else here; where it is off its fields count as any other.
  const ignoreIntrospection = tools;
  return [
    maxDepthRule({ n: DEPTH_MAX, ignoreIntrospection, ...reports("The document is nested too deep") }),
    maxAliasesRule({ n: ALIASES_MAX, ...reports("The document has too many aliases") }),
    maxDirectivesRule({ n: DIRECTIVES_MAX, ...reports("The document has too many directives") }),
    costLimitRule({ maxCost: COST_MAX, ignoreIntrospection, ...reports("The document asks for too much") }),
    onceRule,
  ];
}

/**
 * graphql-armor multiplies the cost of a field by its argument `first` where that is written out, and not where it is a
 * variable: one page would be refused in one form and pass in the other. How long a list may be is for its resolver to say.
 */
function withoutArguments(document: DocumentNode): DocumentNode {
  return visit(document, { [Kind.ARGUMENT]: () => null });
}

/** An error like any other of validation, in the place of one that is thrown and tells the bound. */
function reports(message: string) {
  return {
    propagateOnRejection: false,
    exposeLimits: false,
    onReject: [(context: ValidationContext | null) => context?.reportError(new GraphQLError(message))],
  };
}
