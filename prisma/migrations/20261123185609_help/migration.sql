-- CreateTable
CREATE TABLE "help_request" (
    "id" UUID NOT NULL,
    "classroom_id" TEXT NOT NULL,
    "learner_id" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "lab" TEXT,
    "step" TEXT,
    "raised_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "taken_by" TEXT,
    "lowered_at" TIMESTAMPTZ(3),
    "lowered_by" TEXT,

    CONSTRAINT "help_request_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "help_session" (
    "id" UUID NOT NULL,
    "classroom_id" TEXT NOT NULL,
    "learner_id" TEXT NOT NULL,
    "instructor_id" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "granted_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "end_reason" TEXT,

    CONSTRAINT "help_session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "class_message" (
    "id" UUID NOT NULL,
    "position" BIGSERIAL NOT NULL,
    "classroom_id" TEXT NOT NULL,
    "learner_id" TEXT,
    "author_id" TEXT NOT NULL,
    "from_instructor" BOOLEAN NOT NULL,
    "kind" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "lab" TEXT,
    "step" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "class_message_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "help_request_classroom_id_lowered_at_idx" ON "help_request"("classroom_id", "lowered_at");

-- CreateIndex
CREATE INDEX "help_request_learner_id_lowered_at_idx" ON "help_request"("learner_id", "lowered_at");

-- CreateIndex
CREATE INDEX "help_session_learner_id_ended_at_idx" ON "help_session"("learner_id", "ended_at");

-- CreateIndex
CREATE INDEX "help_session_ended_at_idx" ON "help_session"("ended_at");

-- CreateIndex
CREATE UNIQUE INDEX "class_message_position_key" ON "class_message"("position");

-- CreateIndex
CREATE INDEX "class_message_classroom_id_learner_id_position_idx" ON "class_message"("classroom_id", "learner_id", "position");

-- AddForeignKey
ALTER TABLE "help_request" ADD CONSTRAINT "help_request_classroom_id_fkey" FOREIGN KEY ("classroom_id") REFERENCES "classroom"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "help_request" ADD CONSTRAINT "help_request_learner_id_fkey" FOREIGN KEY ("learner_id") REFERENCES "learner"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "help_session" ADD CONSTRAINT "help_session_classroom_id_fkey" FOREIGN KEY ("classroom_id") REFERENCES "classroom"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "help_session" ADD CONSTRAINT "help_session_learner_id_fkey" FOREIGN KEY ("learner_id") REFERENCES "learner"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "class_message" ADD CONSTRAINT "class_message_classroom_id_fkey" FOREIGN KEY ("classroom_id") REFERENCES "classroom"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "class_message" ADD CONSTRAINT "class_message_learner_id_fkey" FOREIGN KEY ("learner_id") REFERENCES "learner"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "class_message" ADD CONSTRAINT "class_message_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "learner"("id") ON DELETE CASCADE ON UPDATE CASCADE;
