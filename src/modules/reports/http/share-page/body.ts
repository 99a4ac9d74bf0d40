/** Readable without style; the script fills it, in the language that the link was made with. */
export const body = `<main>
<p class="brand">FinTrack</p>
<h1 id="title" data-text="title" tabindex="-1">Shared report</h1>
<p id="period"></p>
<noscript><p>This page needs JavaScript.</p></noscript>
<div id="message" role="alert" tabindex="-1"></div>
<form id="form" method="post" novalidate hidden>
<p id="hint" data-text="hint">This report opens with a password. Whoever sent you the link knows it.</p>
<label for="password" data-text="password">Password</label>
<input id="password" type="password" autocomplete="off" maxlength="256" required aria-describedby="hint">
<button id="submit" type="submit" data-text="open">Open the report</button>
</form>
<div id="report" hidden>
<div id="standing"></div>
<dl>
<dt data-text="sharedBy">Shared by</dt><dd id="shared-by"></dd>
<dt data-text="asOf">Figures as of</dt><dd id="as-of"></dd>
<dt data-text="currency">Currency</dt><dd id="currency"></dd>
<dt data-text="until">This link works until</dt><dd id="until"></dd>
</dl>
<h2 data-text="files">Files</h2>
<ul id="files"></ul>
<h2 data-text="fingerprint">Fingerprint</h2>
<p class="quiet" data-text="fingerprintHint">Every file of this report prints the same one.</p>
<p><code id="fingerprint"></code></p>
</div>
</main>
`;
