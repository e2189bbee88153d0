/**
 * The house rules that a machine can hold, as a plugin of `deno lint`: short functions, imports that keep to their side,
 * and a process that only composition roots touch.
 */
import { dirname, join } from "node:path/posix";
import { fileURLToPath } from "node:url";

export const FUNCTION_LINES_MAX = 70;

const ROOT = fileURLToPath(new URL("../", import.meta.url));
/** Members of `Deno` that belong to the process, not to a module. */
const PROCESS_MEMBERS: ReadonlySet<string> = new Set(["env", "exit", "addSignalListener"]);
/** Names that composition roots have, and the two modules that work for them. */
const PROCESS_FILE =
  /(^|\/)(main|edge|permissions)\.ts$|^shared\/(lifecycle\/run_program|config\/environment)\.ts$/;

type FunctionNode =
  | Deno.lint.FunctionDeclaration
  | Deno.lint.FunctionExpression
  | Deno.lint.ArrowFunctionExpression;

const functionLength: Deno.lint.Rule = {
  create(context) {
    const check = (node: FunctionNode) => {
      const lines = context.sourceCode.text.slice(...node.range).split("\n").length;
      if (lines <= FUNCTION_LINES_MAX) return;
      context.report({
        node,
        message: `This function has ${lines} lines, ${FUNCTION_LINES_MAX} at most`,
        hint: "Keep the branching here and give each leaf a name of its own",
      });
    };
    return { FunctionDeclaration: check, FunctionExpression: check, ArrowFunctionExpression: check };
  },
};

const importBoundaries: Deno.lint.Rule = {
  create(context) {
    const file = projectPath(context.filename);
    const check = (node: Deno.lint.Node, source: Deno.lint.Expression | null) => {
      if (file === undefined || source?.type !== "Literal" || typeof source.value !== "string") return;
      const problem = boundaryProblem(file, resolve(file, source.value));
      if (problem) context.report({ node, message: problem });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source),
      ExportNamedDeclaration: (node) => check(node, node.source),
      ExportAllDeclaration: (node) => check(node, node.source),
      ImportExpression: (node) => check(node, node.source),
    };
  },
};

const processAccess: Deno.lint.Rule = {
  create(context) {
    const file = projectPath(context.filename);
    if (file === undefined || mayTouchProcess(file)) return {};
    const report = (node: Deno.lint.Node, member: string) =>
      context.report({
        node,
        message: `Only composition roots touch Deno.${member}`,
        hint: "Take what you need as an argument; main.ts reads the environment, exits and arms signals",
      });
    return {
      MemberExpression(node) {
        const member = memberOfDeno(node);
        if (member !== undefined && PROCESS_MEMBERS.has(member)) report(node, member);
      },
      VariableDeclarator(node) {
        if (node.id.type !== "ObjectPattern" || !isDeno(node.init)) return;
        for (const property of node.id.properties) {
          if (property.type !== "Property" || property.key.type !== "Identifier") continue;
          if (PROCESS_MEMBERS.has(property.key.name)) report(property, property.key.name);
        }
      },
    };
  },
};

export default {
  name: "cast",
  rules: {
    "function-length": functionLength,
    "import-boundaries": importBoundaries,
    "process-access": processAccess,
  },
} satisfies Deno.lint.Plugin;

/** Returns what is wrong with an import of one project file by another, or undefined. */
function boundaryProblem(from: string, to: string | undefined): string | undefined {
  if (to === undefined) return undefined;
  const [source, target] = [programOf(from), programOf(to)];
  if (source === "shared" && isProgram(target)) {
    return `shared/ must not import ${target}/: programs use it, it knows none of them`;
  }
  if (source !== "dev" && (target === "dev" || isTesting(to)) && !isTest(from)) {
    return `${from} must not import ${to}: only tests may, nothing there is deployed`;
  }
  if (isProgram(source) && isProgram(target) && source !== target) {
    return `${source}/ must not import ${target}/: programs share code through shared/ alone`;
  }
  return undefined;
}

/** `api`, `workers/<name>`, `client`, `shared` or `dev`; undefined for files that belong to none of them. */
function programOf(path: string): string | undefined {
  return /^(api|workers\/[^/]+|client|shared|dev)\//.exec(path)?.[1];
}

function isProgram(folder: string | undefined): boolean {
  return folder === "api" || folder === "client" || folder?.startsWith("workers/") === true;
}

function isTesting(path: string): boolean {
  return path.includes("/testing/");
}

function isTest(path: string): boolean {
  return path.endsWith("_test.ts") || isTesting(path);
}

function mayTouchProcess(path: string): boolean {
  return path.startsWith("dev/") || isTest(path) || PROCESS_FILE.test(path);
}

/** Path below the project's folder, or undefined for a file outside. */
function projectPath(filename: string): string | undefined {
  return filename.startsWith(ROOT) ? filename.slice(ROOT.length) : undefined;
}

/** Path of an imported project file, or undefined for a package. */
function resolve(from: string, specifier: string): string | undefined {
  return specifier.startsWith(".") ? join(dirname(from), specifier) : undefined;
}

function memberOfDeno({ object, property, computed }: Deno.lint.MemberExpression): string | undefined {
  if (!isDeno(object)) return undefined;
  if (!computed) return property.type === "Identifier" ? property.name : undefined;
  return property.type === "Literal" ? String(property.value) : undefined;
}

/** `Deno`, or `globalThis.Deno`. */
function isDeno(node: Deno.lint.Node | null): boolean {
  if (node?.type === "Identifier") return node.name === "Deno";
  return node?.type === "MemberExpression" && node.property.type === "Identifier" &&
    node.property.name === "Deno" && node.object.type === "Identifier" && node.object.name === "globalThis";
}
