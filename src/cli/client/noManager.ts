/** What is said where there is nobody to ask. */
export const noManager = 'no manager runs. Start one: rxvisor start FILE.';
