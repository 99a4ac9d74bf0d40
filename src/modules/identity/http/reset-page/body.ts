/** Readable without script and style; the script says it in the reader's language. */
export const body = `<main>
<h1 data-text="title">Set a new password</h1>
<noscript><p>This page needs JavaScript.</p></noscript>
<div id="message" role="alert" tabindex="-1"></div>
<form id="form" method="post" novalidate hidden>
<p id="hint" data-text="hint">At least 10 characters. A few words that belong to nobody else are best.</p>
<label for="password" data-text="password">New password</label>
<input id="password" type="password" autocomplete="new-password" required aria-describedby="hint">
<label for="repeated" data-text="repeated">New password once more</label>
<input id="repeated" type="password" autocomplete="new-password" required>
<p class="choice"><input id="shown" type="checkbox"><label for="shown" data-text="shown">Show passwords</label></p>
<button id="submit" type="submit" data-text="submit">Set password</button>
</form>
</main>
`;
