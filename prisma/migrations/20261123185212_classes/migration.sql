-- CreateEnum
CREATE TYPE "ClassState" AS ENUM ('planned', 'open', 'closed', 'archived');

-- CreateEnum
CREATE TYPE "MembershipRole" AS ENUM ('instructor', 'learner');

-- CreateTable
CREATE TABLE "classroom" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "workshop" TEXT NOT NULL DEFAULT 'istio-basics',
    "istio_version" TEXT NOT NULL,
    "language" TEXT NOT NULL DEFAULT 'en',
    "state" "ClassState" NOT NULL DEFAULT 'planned',
    "starts_at" TIMESTAMPTZ(3),
    "ends_at" TIMESTAMPTZ(3),
    "gate_lab" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "classroom_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "classroom_id" TEXT NOT NULL,
    "learner_id" TEXT NOT NULL,
    "role" "MembershipRole" NOT NULL DEFAULT 'learner',
    "joined_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("classroom_id","learner_id")
);

-- CreateIndex
CREATE INDEX "membership_learner_id_idx" ON "membership"("learner_id");

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_classroom_id_fkey" FOREIGN KEY ("classroom_id") REFERENCES "classroom"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_learner_id_fkey" FOREIGN KEY ("learner_id") REFERENCES "learner"("id") ON DELETE CASCADE ON UPDATE CASCADE;
