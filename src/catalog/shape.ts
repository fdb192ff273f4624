/** Numbers in an array of a shape; 1 for a scalar, whose shape is empty. */
export const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** A shape as text: `[500, 1]`. */
export const sides = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
