import { type APIRequestContext, type Browser, expect, type Page } from "@playwright/test";
import { type Product, startProduct } from "./product.ts";

export interface ClassStory {
  readonly product: Product;
  /** The class's page, open, before somebody who teaches it. */
  readonly teacher: Page;
  /** A learner who joined by the class's code, on a page of their own. */
  learner(name: string): Promise<Page>;
  stop(): Promise<void>;
}

/** A class server with an open class. People come by the server's own requests; the stories of people test the forms. */
export async function startClassStory(
  browser: Browser,
  { name, env = {} }: { name: string; env?: Record<string, string> },
): Promise<ClassStory> {
  const product = await startProduct({
    MESHWORK_MODE: "class",
    MESHWORK_ISOLATION: "none",
    MESHWORK_ALLOW_WEAK_ISOLATION: "1",
    ...env,
  });
  const { origin } = new URL(product.url);
  const contexts: { close(): Promise<void> }[] = [];
  const person = async () => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    contexts.push(context);
    return context;
  };
  const post = async (request: APIRequestContext, path: string, data: object) => {
    const response = await request.post(`${origin}${path}`, { data, headers: { Origin: origin } });
    expect(response.status(), path).toBe(200);
    return response.json();
  };
  const staff = await person();
  await post(staff.request, "/api/auth/use-link", {
    token: new URLSearchParams(new URL(product.url).hash.slice(1)).get("token"),
    ...{ name: "Grace Hopper", email: "grace@example.org", password: "correct horse battery staple" },
  });
  const teacher = await staff.newPage();
  await teacher.goto(`${origin}/instructor`);
  const newClass = teacher.getByRole("button", { name: /new class/i }).first();
  await newClass.click();
  await teacher.getByLabel("Name").fill(name);
  await teacher.getByTestId("make-class").click();
  await teacher.waitForURL(/\/classes\//);
  await teacher.getByTestId("open-class").click();
  await expect(teacher.getByTestId("close-class")).toBeVisible();
  const classroom = decodeURIComponent(new URL(teacher.url()).pathname.split("/").at(-1) ?? "");
  const { code } = await post(staff.request, "/api/join-code/new", { classroom });
  return {
    product,
    teacher,
    async learner(learnerName) {
      const context = await person();
      await post(context.request, "/api/auth/join", { code, name: learnerName });
      return context.newPage();
    },
    async stop() {
      for (const context of contexts) await context.close();
      await product.stop();
    },
  };
}
