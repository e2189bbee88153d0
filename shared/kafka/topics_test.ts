import { assertEquals } from "@std/assert";
import { deadLetterTopic, topicConfigs } from "./topics.ts";

function configsOf(replicas: number) {
  return topicConfigs({ topic: "cast.votes", replicas }).map((
    { topic, numPartitions, replicationFactor, ...rest },
  ) => ({
    topic,
    numPartitions,
    replicationFactor,
    configs: Object.fromEntries((rest.configEntries ?? []).map(({ name, value }) => [name, value])),
  }));
}

Deno.test("topicConfigs() never lets a record go early, for the topic and its dead letters", () => {
  const wanted = {
    numPartitions: 12,
    replicationFactor: 1,
    configs: {
      "cleanup.policy": "delete",
      "retention.ms": "2592000000",
      "retention.bytes": "-1",
      "min.insync.replicas": "1",
      "unclean.leader.election.enable": "false",
    },
  };
  assertEquals(configsOf(1), [
    { topic: "cast.votes", ...wanted },
    {
      topic: deadLetterTopic("cast.votes"),
      ...wanted,
      // Room for a record of the largest size together with its headers.
      configs: { ...wanted.configs, "max.message.bytes": "2097176" },
    },
  ]);
  assertEquals(deadLetterTopic("cast.votes"), "cast.votes.dead");
});

Deno.test("topicConfigs() asks for two copies in sync where there are three, and never for more than there are", () => {
  const inSync = [1, 2, 3, 5].map((replicas) => configsOf(replicas)[0]?.configs["min.insync.replicas"]);
  assertEquals(inSync, ["1", "1", "2", "2"]);
  assertEquals(configsOf(3)[0]?.replicationFactor, 3);
});
