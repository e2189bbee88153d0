/** Variables and arguments as graphql-js coerces them, with everything that a document fixes looked up once. */
import {
  type FieldNode,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLLeafType,
  type GraphQLSchema,
  isInputType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  valueFromAST,
  type ValueNode,
  type VariableDefinitionNode,
} from "graphql";

export type Values = Readonly<Record<string, unknown>>;
/** Returns undefined where the values break the schema. */
export type Coerce = (values: Values) => Values | undefined;
/** One value of a JSON body; undefined where it breaks its type. */
type CoerceValue = (value: unknown) => unknown;

interface Variable {
  readonly name: string;
  readonly isRequired: boolean;
  readonly coerce: CoerceValue;
  readonly fallback: unknown;
}

/** Returns undefined where a definition carries directives or a name that objects of ours would mistake. */
export function compileVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): Coerce | undefined {
  const variables = variableDefinitions.map((definition) => compileVariable(schema, definition));
  if (!variables.every((variable) => variable !== undefined)) return undefined;
  return (values) => {
    const coerced: Record<string, unknown> = {};
    for (const { name, isRequired, coerce, fallback } of variables) {
      if (!Object.hasOwn(values, name)) {
        if (fallback !== undefined) coerced[name] = fallback;
        else if (isRequired) return undefined;
        continue;
      }
      const value = coerce(values[name]);
      if (value === undefined) return undefined;
      coerced[name] = value;
    }
    return coerced;
  };
}

function compileVariable(
  schema: GraphQLSchema,
  { variable, type: typeNode, defaultValue, directives }: VariableDefinitionNode,
): Variable | undefined {
  const name = variable.name.value;
  const type = typeFromAST(schema, typeNode);
  const coerce = isInputType(type) ? compileCoercion(type) : undefined;
  if (!isInputType(type) || !coerce || directives?.length || name === "__proto__") return undefined;
  const fallback = defaultValue && valueFromAST(defaultValue, type);
  return { name, coerce, isRequired: isNonNullType(type), fallback };
}

/** Returns undefined for input objects, which the schema does not have. */
function compileCoercion(type: GraphQLInputType): CoerceValue | undefined {
  if (isNonNullType(type)) {
    const coerce = compileCoercion(type.ofType);
    return coerce && ((value) => value === null ? undefined : coerce(value));
  }
  if (isListType(type)) {
    const coerce = compileCoercion(type.ofType);
    return coerce && ((value) => value === null ? null : coerceList(value, coerce));
  }
  return isLeafType(type) ? (value) => value === null ? null : parseLeaf(type, value) : undefined;
}

/** One value stands for a list of it. */
function coerceList(value: unknown, coerce: CoerceValue): unknown[] | undefined {
  const list = (Array.isArray(value) ? value : [value]).map(coerce);
  return list.includes(undefined) ? undefined : list;
}

function parseLeaf(type: GraphQLLeafType, value: unknown): unknown {
  try {
    return type.parseValue(value);
  } catch {
    return undefined;
  }
}

/** The arguments of a valid field. */
export function compileArguments(
  definitions: readonly GraphQLArgument[],
  { arguments: nodes = [] }: FieldNode,
): Coerce {
  const given = definitions.map(({ name, type, defaultValue }) => ({
    name,
    type,
    fallback: defaultValue,
    node: nodes.find((node) => node.name.value === name)?.value,
  }));
  return (variables) => {
    const args: Record<string, unknown> = {};
    for (const { name, type, fallback, node } of given) {
      if (node === undefined || isAbsent(node, variables)) {
        if (fallback !== undefined) args[name] = fallback;
        else if (isNonNullType(type)) return undefined;
        continue;
      }
      const value = valueFromAST(node, type, variables);
      if (value === undefined) return undefined;
      args[name] = value;
    }
    return args;
  };
}

function isAbsent(node: ValueNode, variables: Values): boolean {
  return node.kind === Kind.VARIABLE && !Object.hasOwn(variables, node.name.value);
}
