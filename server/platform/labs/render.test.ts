import { afterEach, describe, expect, it } from "vitest";
import { getLab } from "./labs.ts";
import { contentFolder, labText } from "./testing/content-folder.ts";
import { hastText } from "./testing/hast-text.ts";

const removals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

/** The first step's body as text. */
async function rendered(body: string, files: Record<string, string> = {}): Promise<string> {
  const content = await contentFolder({
    "workshops/basics/01-first/lab.md": labText(`## Step\n\n${body}`),
    ...files,
  });
  removals.push(content.remove);
  const lab = await getLab("first", { contentDir: content.dir });
  return lab?.steps[0] ? hastText(lab.steps[0].body).trim() : "no lab";
}

describe("blocks", () => {
  it("run blocks carry their command and are coloured by classes", async () => {
    expect(await rendered("```bash run\nkubectl get ns # all\n```")).toBe(
      '<pre dataKind="run" dataCommand="kubectl get ns # all" dataLanguage="bash"><code>' +
        '<span className=["sh-function"]>kubectl</span> <span className=["sh-string"]>get</span> ' +
        '<span className=["sh-string"]>ns</span> <span className=["sh-comment"]># all</span></code></pre>',
    );
  });

  it("output and plain blocks are no commands", async () => {
    expect(await rendered("```output\nNo resources found\n```\n\n```\nplain\n```")).toBe(
      '<pre dataKind="output"><code>No resources found</code></pre>\n<pre><code>plain</code></pre>',
    );
  });

  it("a block of a file to make carries its text, and a solution makes it", async () => {
    expect(await rendered("```yaml create=mine/a.yaml\nkind: Service\n```")).toContain(
      '<pre dataKind="create" dataPath="mine/a.yaml" dataText="kind: Service\\n" dataLanguage="yaml">',
    );
    await expect(rendered("```yaml create=../a.yaml\nkind: Service\n```")).rejects.toThrow(
      "create=../a.yaml: write a path inside the workshop's folder, e.g. create=apps/mine.yaml",
    );
    expect(await rendered("Open `apps/a.yaml:3`{{open}}.")).toBe(
      '<p>Open <code dataOpen="apps/a.yaml:3">apps/a.yaml:3</code>.</p>',
    );
  });

  it("a diagram beside the lab is drawn in the page; other images are not", async () => {
    const svg = '<svg viewBox="0 0 9 9"><title>t</title><rect class="box" width="9" height="9" /></svg>';
    const files = { "workshops/basics/01-first/way.svg": svg };
    expect(await rendered("![The way](way.svg)", files)).toBe(
      '<figure dataKind="diagram" dataTitle="The way"><svg viewBox="0 0 9 9" ariaLabel="The way"><title>t</title>' +
        '<rect className=["box"] width="9" height="9"></rect></svg></figure>',
    );
    expect(await rendered("![x](https://evil.example/x.svg) ![y](../files/y.svg)", files)).toBe("<p> </p>");
    const hostile = {
      "workshops/basics/01-first/way.svg": svg.replace("<title>", "\n<script>alert(1)</script><title>"),
    };
    await expect(rendered("![The way](way.svg)", hostile)).rejects.toThrow(
      /01-first\/way\.svg:2: <script> is not allowed in a diagram$/,
    );
    await expect(rendered("See ![The way](way.svg)", files)).rejects.toThrow(
      "a diagram stands in a paragraph of its own",
    );
    await expect(rendered("![](way.svg)", files)).rejects.toThrow("this image has no alternative text");
    await expect(rendered("![The way](no.svg)", files)).rejects.toThrow(
      "there is no no.svg beside this file",
    );
  });

  it("file blocks show the workshop's file", async () => {
    const files = { "workshops/basics/files/apps/a.yaml": "kind: Service\nname: a\n" };
    const html = await rendered("```yaml file=apps/a.yaml\n```", files);
    expect(html).toContain('<pre dataKind="file" dataPath="apps/a.yaml" dataLanguage="yaml">');
    expect(html.replaceAll(/<[^>]*>/g, "")).toBe("kind: Service\nname: a");
  });

  it("inline code can run or be copied", async () => {
    expect(await rendered("Type `jobs`{{exec}} or `fg`{{copy}}, not `bg`.")).toBe(
      '<p>Type <code dataExec="jobs">jobs</code> or <code dataCopy="fg">fg</code>, not <code>bg</code>.</p>',
    );
  });

  it("hints, solutions and notes become asides, with a title if they have one", async () => {
    expect(
      await rendered(":::hint[Stuck?]\nLook *twice*.\n:::\n\n:::solution\n```bash run\nls\n```\n:::"),
    ).toBe(
      '<aside dataKind="hint" dataTitle="Stuck?">\n<p>Look <em>twice</em>.</p>\n</aside>\n' +
        '<aside dataKind="solution">\n<pre dataKind="run" dataCommand="ls" dataLanguage="bash"><code>' +
        '<span className=["sh-function"]>ls</span></code></pre>\n</aside>',
    );
  });

  it("a quiz holds its answers with what is read after choosing them", async () => {
    const quiz =
      ":::quiz[Who signs?]\n- [x] `istiod`\n\n  Right.\n\n- [ ] Envoy\n\n  It only *asks*.\n\n- [x] Its CA\n\n  The same.\n:::";
    expect((await rendered(quiz)).replaceAll("\n", "")).toBe(
      '<aside dataKind="quiz" dataTitle="Who signs?" dataMultiple="true"><ul>' +
        '<li dataAnswer="right"><p><code>istiod</code></p><div dataKind="feedback"><p>Right.</p></div></li>' +
        '<li dataAnswer="wrong"><p>Envoy</p><div dataKind="feedback"><p>It only <em>asks</em>.</p></div></li>' +
        '<li dataAnswer="right"><p>Its CA</p><div dataKind="feedback"><p>The same.</p></div></li></ul></aside>',
    );
  });

  it("links to tabs stay links, for the page to make buttons of", async () => {
    expect(await rendered("[Look](tab:graph?focus=web-api)")).toBe(
      '<p><a href="tab:graph?focus=web-api">Look</a></p>',
    );
  });

  it("host:port and a::b in running text stay what they are", async () => {
    expect(await rendered("Ask web-api:http or std::string.\n\n::nothing[x]{y=z}")).toBe(
      "<p>Ask web-api:http or std::string.</p>\n<p>::nothing[x]{y=z}</p>",
    );
  });

  it("tables and links are allowed", async () => {
    expect(await rendered("[docs](https://istio.io/)\n\n| a |\n| - |\n| b |")).toMatch(
      /^<p><a href="https:\/\/istio.io\/">/,
    );
  });
});

describe("[L1] hostile Markdown is inert", () => {
  it.each([
    ["a script", "<script>alert(1)</script>"],
    ["an event handler", '<img src=x onerror="alert(1)">'],
    ["an iframe in a note", ":::note\n<iframe src=https://evil.example></iframe>\n:::"],
    ["a javascript: link", "[x](javascript:alert(1))"],
    ["a javascript: link in disguise", "[x](JaVa\tScript:alert(1))"],
    ["a data: link", "[x](data:text/html,<script>alert(1)</script>)"],
    ["a reference to a javascript: link", "[x][y]\n\n[y]: javascript:alert(1)"],
    ["an autolink", "<javascript:alert(1)>"],
    ["an image from elsewhere", "![x](https://evil.example/pixel.png)"],
    [
      "attributes on a directive",
      ':::note{onclick="alert(1)" style="position:fixed" class="evil" id="root"}\nx\n:::',
    ],
    ["a class by the language", '```"><script>alert(1)</script>\nx\n```'],
    [
      "a script in a quiz",
      ":::quiz[<script>x</script>]\n- [x] <b onclick=x>a</b>\n\n  b\n\n- [ ] c\n\n  d\n:::",
    ],
    ["a javascript: link in a version block", ":::version >=1.0\n[x](javascript:alert(1))\n:::"],
    ["a form", '<form action="https://evil.example"><input name=password></form>'],
  ])("%s", async (_name, body) => {
    const html = await rendered(`before\n\n${body}\n\nafter`);
    expect(html).toContain("before");
    expect(html).toContain("after");
    const tags = [...html.matchAll(/<(\w+)((?: \w+=(?:"(?:[^"\\]|\\.)*"|\[[^\]]*\]))*)>/g)];
    for (const [, tag, properties] of tags) {
      expect(["p", "a", "pre", "code", "aside", "span", "ul", "li", "div"]).toContain(tag);
      expect(properties).not.toMatch(/ (on\w+|style|id|src|srcDoc|action|href="(?!https:\/\/istio))/i);
      expect(properties).not.toContain("evil.example/");
    }
  });

  it("what looks like HTML in code is text", async () => {
    expect(await rendered("`<b>x</b>`")).toBe("<p><code><b>x</b></code></p>");
    const lab = await rendered("```bash run\necho '<script>alert(1)</script>'\n```");
    expect(lab).toContain("dataCommand=\"echo '<script>alert(1)</script>'\"");
  });
});
