-- AlterTable
ALTER TABLE "classroom" ADD COLUMN     "capacity" INTEGER;

-- AlterTable
ALTER TABLE "workspace" ADD COLUMN     "announced_at" TIMESTAMPTZ(3),
ADD COLUMN     "used_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateIndex
CREATE INDEX "workspace_used_at_idx" ON "workspace"("used_at");
