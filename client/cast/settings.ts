/** The settings that only `cast` reads; those of the stores it shares with the programs. */
import { optionalSetting, secretSetting, urlSetting } from "../../shared/config/setting.ts";

export const apiUrl = urlSetting({
  name: "CAST_API_URL",
  meaning: "where the API is for those who ask it, http://host:port/graphql or https://…",
  protocols: ["http:", "https:"],
});

export const voterToken = optionalSetting(secretSetting({
  name: "CAST_VOTER_TOKEN",
  meaning: "token of the voter, for an API that wants to know who votes",
  parse: (text) => text,
}));
