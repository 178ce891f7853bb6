/** Expressions kept compiled; beyond, the oldest go and are compiled again when needed. */
export const COMPILED_EXPRESSIONS = 2_000;

/** Steps that one evaluation may take at most, by a bound worked out before it runs. */
export const EVALUATION_STEPS = 10_000_000;

/** The longest message that a messageExpression may give (upstream MaxEvaluatedMessageExpressionSizeBytes). */
export const MESSAGE_BYTES = 5 * 1024;

/** Expressions in one another, at most (cel-go's own limit). */
export const EXPRESSION_DEPTH = 250;

/** The longest expression, in characters (cel-go's own limit). */
export const EXPRESSION_LENGTH = 100_000;
