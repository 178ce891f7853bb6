import { toJsxRuntime } from "hast-util-to-jsx-runtime";
import type { ReactNode } from "react";
import { Fragment, jsx, jsxs } from "react/jsx-runtime";
import type { HastNode } from "../../server/contracts/index.ts";
import { Callout } from "./callout.tsx";
import { CodeBlock } from "./code-block.tsx";
import { Diagram, DiagramSvg } from "./diagram.tsx";
import { InlineCode } from "./inline-code.tsx";
import { LabLink } from "./lab-link.tsx";
import { Quiz } from "./quiz.tsx";
import { quizNode } from "./quiz-node.ts";
import { TabLink } from "./tab-link.tsx";
import { WideTable } from "./wide-table.tsx";

type Tree = Parameters<typeof toJsxRuntime>[0];
type DataProps = Readonly<Record<`data-${string}`, unknown>> & { readonly children?: ReactNode };

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** Lab text to React, on the server. The tree is sanitised where it is made; here its lively elements get components. */
export function HastContent({ node }: { node: HastNode }) {
  // HastNode is hast's JSON without the library's type; the labs face makes nothing else.
  return toJsxRuntime(node as Tree, {
    Fragment,
    jsx,
    jsxs,
    passNode: true,
    components: {
      pre: (props: DataProps) => (
        <CodeBlock
          kind={text(props["data-kind"])}
          command={text(props["data-command"])}
          path={text(props["data-path"])}
          text={text(props["data-text"])}
        >
          {props.children}
        </CodeBlock>
      ),
      code: (props: DataProps) => (
        <InlineCode
          exec={text(props["data-exec"])}
          copy={text(props["data-copy"])}
          open={text(props["data-open"])}
          set={text(props["data-set"])}
        >
          {props.children}
        </InlineCode>
      ),
      aside: (props: DataProps & { readonly node?: unknown }) =>
        props["data-kind"] === "quiz" ? (
          // With `passNode` the library hands over the element that it draws; the tree is ours.
          <QuizContent node={props.node as HastNode} />
        ) : (
          <Callout kind={text(props["data-kind"])} title={text(props["data-title"])}>
            {props.children}
          </Callout>
        ),
      figure: (props: DataProps) => <Diagram title={text(props["data-title"])}>{props.children}</Diagram>,
      svg: ({
        viewBox,
        children,
        ...props
      }: {
        viewBox?: string;
        "aria-label"?: string;
        children?: ReactNode;
      }) => (
        <DiagramSvg viewBox={viewBox} label={props["aria-label"]}>
          {children}
        </DiagramSvg>
      ),
      a: ({ href, children }: { href?: string; children?: ReactNode }) =>
        href?.startsWith("tab:") ? (
          <TabLink href={href}>{children}</TabLink>
        ) : href?.startsWith("/labs/") ? (
          <LabLink href={href}>{children}</LabLink>
        ) : (
          <a href={href} {...(href?.startsWith("#") ? {} : { target: "_blank", rel: "noreferrer" })}>
            {children}
          </a>
        ),
      table: ({ children }: { children?: ReactNode }) => <WideTable>{children}</WideTable>,
    },
  });
}

function QuizContent({ node }: { node: HastNode }) {
  const { question, reportedAs, multiple, intro, answers } = quizNode(node);
  return (
    <Quiz
      question={question}
      reportedAs={reportedAs}
      multiple={multiple}
      intro={<HastContent node={intro} />}
      answers={answers.map(({ right, label, feedback }) => ({
        right,
        label: <HastContent node={label} />,
        feedback: feedback ? <HastContent node={feedback} /> : null,
      }))}
    />
  );
}
