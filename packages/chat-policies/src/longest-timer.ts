/** The longest delay that `setTimeout` takes, in milliseconds; a longer one fires at once. */
export const longestTimerMs = 2 ** 31 - 1;
