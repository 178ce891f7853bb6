-- DropIndex
DROP INDEX "workspace_learner_id_idx";

-- CreateIndex
CREATE UNIQUE INDEX "workspace_learner_id_key" ON "workspace"("learner_id");
