/** Milliseconds of the machine's monotonic clock: the same in every process, so that stamps can be compared. */
export const now = () => Number(process.hrtime.bigint()) / 1e6;
