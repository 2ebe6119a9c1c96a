/**
 * Makes a plain value of the global `performance`. Node has a getter there, which would be called a dozen times for each
 * request: policies and providers look at the clock.
 */
export const plainClock = (): void => {
  Object.defineProperty(globalThis, 'performance', {
    value: performance,
    configurable: true,
    enumerable: true,
    writable: true,
  });
};
