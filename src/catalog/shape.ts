/** Numbers in an array of a shape; 1 for a scalar, whose shape is empty. */
export const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
