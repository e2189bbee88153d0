/**
 * GraphiQL for developers: a page that loads nothing from elsewhere, with an example of each operation in its tabs.
 *
 * The page is nine megabytes of a package of its own, so it is loaded when somebody first looks at it: an API without
 * tools never reads it.
 */
import type { GraphiQLOptions, GraphiQLRenderer } from "graphql-yoga";

export const GRAPHIQL_OPTIONS: GraphiQLOptions = {
  title: "CAST GraphiQL",
  defaultTabs: [
    {
      query: `# A ticket lives for two seconds: fetch one here, and be quick to vote with it in the next tab.
query Ticket {
  cas {
    ticket
    validUntil
    remainingUsage
  }
}
`,
    },
    {
      query:
        `# Votes for both at once: all of it is counted, or nothing. Paste a ticket into the variables below. A repeat under
# the same requestId is counted once.
mutation Vote($usernames: [String!]!, $voteCount: [Int!]!, $ticket: String!, $requestId: ID) {
  vote(usernames: $usernames, voteCount: $voteCount, ticket: $ticket, requestId: $requestId) {
    success
    code
    message
    usernames
    votes
  }
}
`,
      variables: JSON.stringify({ usernames: ["alice", "bob"], voteCount: [2, 1], ticket: "" }, null, 2),
    },
    {
      query: `query Total($username: String!, $usernames: [String!]!) {
  query(username: $username)
  tallies(usernames: $usernames) {
    username
    votes
  }
}
`,
      variables: JSON.stringify({ username: "alice", usernames: ["alice", "bob"] }, null, 2),
    },
    {
      query: `# Each change is shown as it comes.
subscription WatchLeaderboard {
  leaderboard(first: 10) {
    entries {
      username
      votes
    }
    candidateCount
    voteCount
    epoch
    readAt
    isOpen
    isFrozen
  }
}

query Leaderboard {
  leaderboard(first: 10) {
    entries {
      username
      votes
    }
    voteCount
  }
}

subscription WatchTickets {
  ticketChanged {
    validUntil
    remainingUsage
  }
}
`,
    },
    {
      query: `# Every name that has votes, page by page: hand endCursor to after.
query Candidates($after: String) {
  candidates(first: 50, after: $after) {
    edges {
      node {
        username
        votes
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
`,
      variables: JSON.stringify({ after: null }, null, 2),
    },
    {
      query: `# How far a vote has come that was accepted under this requestId.
query Receipt($requestId: ID!) {
  receipt(requestId: $requestId) {
    state
    voteId
    version
  }
}
`,
      variables: JSON.stringify({ requestId: "" }, null, 2),
    },
  ],
};

export const renderGraphiqlPage: GraphiQLRenderer = async (options) => {
  const { renderGraphiQL } = await import("@graphql-yoga/render-graphiql");
  return renderGraphiQL(options);
};
