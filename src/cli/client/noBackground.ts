/** What is said where the background manager is asked for, and is not there. */
export const noBackground = 'no background manager runs. Start one: rxvisor start FILE.';
