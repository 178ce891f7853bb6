-- CreateTable
CREATE TABLE "step_note" (
    "learner_id" TEXT NOT NULL,
    "lab" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "bookmarked" BOOLEAN NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "step_note_pkey" PRIMARY KEY ("learner_id","lab","step")
);

-- CreateTable
CREATE TABLE "certificate" (
    "code" TEXT NOT NULL,
    "learner_id" TEXT NOT NULL,
    "workshop" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "labs" TEXT[],
    "finished_at" TIMESTAMPTZ(3) NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "certificate_pkey" PRIMARY KEY ("code")
);

-- CreateIndex
CREATE UNIQUE INDEX "certificate_learner_id_workshop_key" ON "certificate"("learner_id", "workshop");

-- AddForeignKey
ALTER TABLE "step_note" ADD CONSTRAINT "step_note_learner_id_fkey" FOREIGN KEY ("learner_id") REFERENCES "learner"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "certificate" ADD CONSTRAINT "certificate_learner_id_fkey" FOREIGN KEY ("learner_id") REFERENCES "learner"("id") ON DELETE CASCADE ON UPDATE CASCADE;
