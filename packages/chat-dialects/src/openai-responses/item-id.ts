/** The id of an item: what it is, which answer it comes from, and its place there. */
export const toItemId = (kind: 'msg' | 'rs' | 'fc' | 'ctc', answer: string, index: number): string =>
  `${kind}_${answer}_${index}`;

/** The answer that an item comes from; undefined where its id is not one of this front, or was left out. */
export const answerOf = (id: string | null | undefined): string | undefined =>
  /^(?:msg|rs|fc|ctc)_(.+)_\d+$/.exec(id ?? '')?.[1];
