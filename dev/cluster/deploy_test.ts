import { assertEquals, assertThrows } from "@std/assert";
import { parseDeployArguments, parseTestArguments } from "./arguments.ts";
import { withImage } from "./deploy.ts";
import { guessLoad } from "./image.ts";
import { programSecrets } from "./secrets.ts";

Deno.test("withImage() names the image wherever the overlay leaves it open, and nowhere else", () => {
  const rendered =
    "a:\n  image: cast:local\nb:\n    image: redis:7.4\nc:\n  image: cast:local\n  note: cast:local\n";
  assertEquals(
    withImage(rendered, "registry/cast:$1"),
    "a:\n  image: registry/cast:$1\nb:\n    image: redis:7.4\nc:\n  image: registry/cast:$1\n  note: cast:local\n",
  );
});

Deno.test("programSecrets() gives each program its own users, with the first password, escaped", () => {
  const redis = { "cast-api": "new/1\nold", "cast-ticket-rotator": "r", "cast-outbox-relay": "o" };
  const users = { redis: { ...redis, "cast-vote-persister": "p", "cast-operator": "q" } };
  const postgres = { cast_owner: "1", cast_persister: "2", cast_operator: "3" };
  const secrets = programSecrets({ ...users, postgres });
  assertEquals(secrets["api-stores"], { redis_url: "redis://cast-api:new%2F1@redis:6379" });
  assertEquals(secrets["vote-persister-stores"], {
    redis_url: "redis://cast-vote-persister:p@redis:6379",
    postgres_url: "postgres://cast_persister:2@postgres:5432/cast",
  });
  assertEquals(secrets["owner-stores"], { postgres_url: "postgres://cast_owner:1@postgres:5432/cast" });
  assertThrows(() => programSecrets({ redis: {}, postgres }), Error, "there is none");
});

Deno.test("the arguments are read, and what is wrong is named", () => {
  assertEquals(parseDeployArguments(["--load", "ctr images  import"])?.load, ["ctr", "images", "import"]);
  assertEquals(parseDeployArguments(["--load", "kind"])?.load, "kind");
  assertEquals(parseDeployArguments(["--help"]), undefined);
  assertEquals(parseTestArguments(["--keep"])?.keep, true);
  assertThrows(() => parseDeployArguments(["--overlay", "../elsewhere"]), Error, "--overlay");
  assertThrows(() => parseTestArguments(["--wrong"]), Error, "--wrong");
  assertThrows(() => parseTestArguments(["--api", "nowhere"]), Error, "--api");
});

Deno.test("guessLoad() knows the usual clusters by their context, and asks about others", () => {
  assertEquals([guessLoad("kind-cast"), guessLoad("minikube"), guessLoad("docker-desktop")], [
    "kind",
    "minikube",
    "none",
  ]);
  assertThrows(() => guessLoad("production"), Error, "--load");
});
