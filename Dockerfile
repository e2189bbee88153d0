# One image, four programs: docker run cast api|ticket-rotator|outbox-relay|vote-persister, and the operator's commands:
# prepare|verify|poll|dead-letters.
# Each starts as on any other machine, by its task in deno.json, which names its permissions.

FROM denoland/deno:2.9.6 AS build
WORKDIR /cast
# Dependencies lie in a layer of their own, so that a change of the source fetches nothing.
COPY deno.json deno.lock ./
COPY dev/jsr dev/jsr
RUN deno install --frozen
COPY . .
# Nothing may be missing from the lock, no program compiles anything when it starts, and whoever runs it may read it.
RUN deno cache --frozen \
    api/main.ts api/permissions.ts workers/*/main.ts workers/*/permissions.ts \
    client/*/main.ts client/*/permissions.ts dev/containers/probe.ts \
 && chmod -R a+rX /cast /deno-dir

# Neither a shell nor a package manager.
FROM denoland/deno:distroless-2.9.6
# Everything is in the cache: no program fetches a package, now or ever.
ENV CAST_CACHED_ONLY=on
ENV DENO_DIR=/deno-dir DENO_NO_PROMPT=1 DENO_NO_UPDATE_CHECK=1 NO_COLOR=1
WORKDIR /cast
# Owned by root: the program cannot change what it runs.
COPY --from=build /deno-dir /deno-dir
COPY --from=build /cast .
USER 65532:65532
# tini reaps and passes signals on to the task, which passes them on to the program.
ENTRYPOINT ["/tini", "--", "deno", "task", "--quiet"]
