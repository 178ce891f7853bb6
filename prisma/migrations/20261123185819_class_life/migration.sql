-- AlterTable
ALTER TABLE "classroom" ADD COLUMN     "closed_at" TIMESTAMPTZ(3),
ADD COLUMN     "content_digest" TEXT,
ADD COLUMN     "opened_at" TIMESTAMPTZ(3),
ADD COLUMN     "pauses" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "warm_minutes" INTEGER NOT NULL DEFAULT 10,
ADD COLUMN     "warmed_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "preflight" (
    "learner_id" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "result" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "preflight_pkey" PRIMARY KEY ("learner_id")
);

-- AddForeignKey
ALTER TABLE "preflight" ADD CONSTRAINT "preflight_learner_id_fkey" FOREIGN KEY ("learner_id") REFERENCES "learner"("id") ON DELETE CASCADE ON UPDATE CASCADE;
