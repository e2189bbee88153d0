/**
 * Votes go from the API to the ledger with everything locked at once: TLS to all three stores, a login with SCRAM at Kafka
 * and the rights that the manifests give there, Redis's users with the default one off, and Postgres's roles.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createApiClient } from "./api_client.ts";
import type { ProgramName, RunningProgram } from "./running_program.ts";
import { haveEmbeddedStores, startSecureStores } from "./secure/secure_stores.ts";
import { admitUsers, createSecureSystem, PASSWORDS } from "./secure/secure_system.ts";

const PROGRAMS: readonly ProgramName[] = ["vote_persister", "outbox_relay", "ticket_rotator", "api"];
const VOTES = 20;

Deno.test({
  name: "a vote goes from the API to the ledger over TLS, every program under a user that may do no more",
  ignore: !await haveEmbeddedStores(),
  async fn() {
    await using stores = await startSecureStores({ kafka: true });
    await admitUsers(stores);
    const system = createSecureSystem(stores);
    const prepared = await system.run("prepare", ["--roles", "--wait", "60"]);
    assertEquals(prepared.code, 0, prepared.text);

    const programs = PROGRAMS.map((name) => system.start(name));
    const printed = () => JSON.stringify(programs.map(({ lines }) => lines));
    try {
      await Promise.all(programs.map((program) => program.whenReady()));
      const { port } = await (programs.at(-1) as RunningProgram).logged("api_listening");
      const client = createApiClient(`http://127.0.0.1:${port}/graphql`);
      await client.whenTicketOpen();
      for (let vote = 0; vote < VOTES; vote++) {
        const ticket = await waitFor(() => client.cas(), { what: "a ticket" });
        const answer = await client.vote({ usernames: ["ada"], voteCount: [1], ticket: ticket.ticket });
        assert(answer.kind === "result" && answer.result.success, JSON.stringify(answer));
      }
      const verified = await system.run("verify", ["--wait", "30"]);
      assertEquals(verified.code, 0, `${verified.text}\n${printed()}`);
      assertStringIncludes(verified.text, String(VOTES));
      const closed = await system.run("poll", ["close", "--wait", "30"]);
      assertEquals(closed.code, 0, `${closed.text}\n${printed()}`);
      const frozen = await system.run("poll", ["freeze", "--wait", "30"]);
      assertEquals(frozen.code, 0, `${frozen.text}\n${printed()}`);

      const letters = await system.run("dead_letters", ["list"]);
      assertEquals(letters.code, 0, letters.text);

      const warned = programs.flatMap(({ name, lines }) =>
        lines.filter(({ level }) => level === "warn" || level === "error").map((line) => ({ name, ...line }))
      );
      assert(
        !/NOPERM|42501|permission denied|AUTHORIZATION_FAILED/.test(JSON.stringify(warned)),
        JSON.stringify(warned),
      );
      const shown = [printed(), prepared.text, verified.text, closed.text].join("\n");
      for (const password of [...PASSWORDS, stores.kafka.password]) {
        assert(
          !shown.includes(password) && !shown.includes(encodeURIComponent(password)),
          "a password was printed",
        );
      }
    } finally {
      const codes = await Promise.all(programs.map((program) => program.stop("SIGTERM")));
      assertEquals(codes, PROGRAMS.map(() => 0), printed());
    }
  },
});
