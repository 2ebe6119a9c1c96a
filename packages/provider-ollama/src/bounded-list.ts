import { listOf } from '@lakehouse/chat-core';
import { z } from 'zod';

/** A list of an answer or a catalogue, none of which has so many elements: read up to its first wrong one. */
export const boundedList = <Item extends z.ZodType>(item: Item) => listOf(item, { most: 10_000 });

/** The same for a list of plain values, without a call of zod for each. */
export const listWhere = <Item>(isItem: (value: unknown) => value is Item) =>
  z.custom<readonly Item[]>((value) => Array.isArray(value) && value.every(isItem), 'expected another list');

export const isString = (value: unknown): value is string => typeof value === 'string';
