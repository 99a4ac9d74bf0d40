/** About what a page of a book takes to be read and written down. */
const breathMs = 5;

/** Between two pages of long work: whoever asks for something else has half of the time, and the pool. */
export const breath = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, breathMs);
  });
