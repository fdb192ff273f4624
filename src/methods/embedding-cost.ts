/** What UMAP takes, as its node counts it before a run. */

/** What preparing the graph of neighbours takes, in epochs; measured. */
const START = 85;
/** Multiply-adds of one pull and its pushes, as counted here. */
const PULL = 30;

/** Multiply-adds of an embedding of `members` rows of rank + 1 numbers: exact neighbours, then epochs of the graph. */
export function embedMultiplyAdds(size: {
  readonly members: number;
  readonly rank: number;
  readonly neighbours: number;
  readonly epochs: number;
}): number {
  const { members, rank, neighbours, epochs } = size;
  return members * members * (rank + 1) + members * neighbours * (epochs + START) * PULL;
}
