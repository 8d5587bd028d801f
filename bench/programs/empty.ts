/** Nothing: what a bare worker runs. */
export {};
