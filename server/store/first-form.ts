/** The first form of a database, as it was written once: never changed, as there are files of it. What came later: `database-file.ts`. */
export const FIRST_FORM = `CREATE TABLE "message" (
  "seq" INTEGER PRIMARY KEY NOT NULL, "key" TEXT NOT NULL, "openid" TEXT NOT NULL,
  "kind" TEXT NOT NULL, "text" TEXT NOT NULL, "atMs" INTEGER NOT NULL, "state" TEXT NOT NULL
);
CREATE TABLE "reply" (
  "id" INTEGER PRIMARY KEY NOT NULL, "messageSeq" INTEGER NOT NULL, "openid" TEXT NOT NULL,
  "text" TEXT, "rule" TEXT NOT NULL, "version" INTEGER NOT NULL, "createTimeS" INTEGER NOT NULL,
  "atMs" INTEGER NOT NULL
);
CREATE TABLE "user" (
  "number" INTEGER PRIMARY KEY, "openid" TEXT NOT NULL, "name" TEXT, "source" TEXT,
  "firstSeenMs" INTEGER NOT NULL, "lastSeenMs" INTEGER NOT NULL, "lastWroteMs" INTEGER,
  "isFollowing" INTEGER NOT NULL, "messages" INTEGER NOT NULL, "tags" TEXT NOT NULL, "grade" TEXT,
  "bought" INTEGER NOT NULL, "tookPart" INTEGER NOT NULL, "asked" INTEGER NOT NULL
);
CREATE TABLE "inbox" (
  "messageSeq" INTEGER PRIMARY KEY NOT NULL, "openid" TEXT NOT NULL, "state" TEXT NOT NULL,
  "person" TEXT, "claimedMs" INTEGER, "arrivedMs" INTEGER NOT NULL, "changedMs" INTEGER NOT NULL
);
CREATE TABLE "outbox" (
  "id" INTEGER PRIMARY KEY NOT NULL, "openid" TEXT NOT NULL, "text" TEXT NOT NULL,
  "messageSeq" INTEGER, "correction" INTEGER, "state" TEXT NOT NULL, "why" TEXT,
  "attempts" INTEGER NOT NULL, "queuedMs" INTEGER NOT NULL, "changedMs" INTEGER NOT NULL
);
CREATE TABLE "issue" (
  "game" TEXT NOT NULL, "number" INTEGER NOT NULL, "openid" TEXT NOT NULL,
  "atMs" INTEGER NOT NULL, PRIMARY KEY ("game", "number")
) WITHOUT ROWID;
CREATE TABLE "entry" (
  "game" TEXT NOT NULL, "round" TEXT NOT NULL, "openid" TEXT NOT NULL, "text" TEXT NOT NULL,
  "isRight" INTEGER NOT NULL, "atMs" INTEGER NOT NULL, PRIMARY KEY ("game", "round", "openid")
) WITHOUT ROWID;
CREATE TABLE "ruleVersion" (
  "version" INTEGER PRIMARY KEY NOT NULL, "json" TEXT NOT NULL, "person" TEXT NOT NULL,
  "note" TEXT NOT NULL, "atMs" INTEGER NOT NULL
);
CREATE TABLE "correction" (
  "id" INTEGER PRIMARY KEY NOT NULL, "query" TEXT NOT NULL, "text" TEXT NOT NULL,
  "person" TEXT NOT NULL, "state" TEXT NOT NULL, "fans" INTEGER NOT NULL,
  "startedMs" INTEGER NOT NULL, "changedMs" INTEGER NOT NULL
);
CREATE TABLE "correctionFan" (
  "correction" INTEGER NOT NULL, "openid" TEXT NOT NULL, "replyId" INTEGER NOT NULL,
  "state" TEXT NOT NULL, "why" TEXT, "changedMs" INTEGER NOT NULL,
  PRIMARY KEY ("correction", "openid")
) WITHOUT ROWID;
CREATE TABLE "order" (
  "number" TEXT NOT NULL, "openid" TEXT, "status" TEXT NOT NULL, "item" TEXT NOT NULL,
  "atMs" INTEGER NOT NULL, PRIMARY KEY ("number")
) WITHOUT ROWID;
CREATE TABLE "centre" (
  "name" TEXT NOT NULL, "latitude" TEXT NOT NULL, "longitude" TEXT NOT NULL,
  "address" TEXT NOT NULL, "phone" TEXT NOT NULL, PRIMARY KEY ("name")
) WITHOUT ROWID;
CREATE TABLE "audit" (
  "id" INTEGER PRIMARY KEY NOT NULL, "person" TEXT NOT NULL, "action" TEXT NOT NULL,
  "about" TEXT NOT NULL, "atMs" INTEGER NOT NULL
);
CREATE UNIQUE INDEX userByOpenid ON "user" ("openid");
CREATE INDEX messageByTime ON "message" ("atMs");
CREATE INDEX replyByMessage ON "reply" ("messageSeq");
CREATE INDEX replyByRule ON "reply" ("rule", "id");
CREATE INDEX inboxByState ON "inbox" ("state");
CREATE INDEX outboxByState ON "outbox" ("state");
CREATE TABLE userChange (n INTEGER PRIMARY KEY, "user" INTEGER NOT NULL);
CREATE TRIGGER userStored AFTER INSERT ON "user" BEGIN INSERT INTO userChange ("user") VALUES (new."number"); END;
CREATE TRIGGER userRenamed AFTER UPDATE OF "name", "tags" ON "user"
  WHEN old."name" IS NOT new."name" OR old."tags" IS NOT new."tags"
  BEGIN INSERT INTO userChange ("user") VALUES (new."number"); END;
`;
