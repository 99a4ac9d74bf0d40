/** Readable without style; the script fills it. For operators, who work in English. */
export const body = `<main>
<p class="brand">FinTrack</p>
<h1 id="title" tabindex="-1">Evidence review</h1>
<noscript><p>This page needs JavaScript.</p></noscript>
<div id="message" role="alert" tabindex="-1"></div>

<form id="sign-in" method="post" novalidate>
<label for="email">Email</label>
<input id="email" type="email" autocomplete="username" maxlength="254" required>
<label for="password">Password</label>
<input id="password" type="password" autocomplete="current-password" maxlength="256" required>
<label for="code">Code of your authenticator app</label>
<input id="code" inputmode="numeric" autocomplete="one-time-code" maxlength="20" required>
<button type="submit">Sign in</button>
</form>

<section id="queue" hidden aria-labelledby="queue-title">
<h2 id="queue-title" tabindex="-1">Waiting for a decision</h2>
<p id="empty" hidden>Nothing waits.</p>
<ol id="items"></ol>
<p class="row"><button id="more" type="button" hidden>Show more</button>
<button id="refresh" type="button">Look again</button>
<button id="sign-out" type="button">Sign out</button></p>
</section>

<section id="review" hidden aria-labelledby="review-title">
<h2 id="review-title" tabindex="-1">Recording</h2>
<dl>
<dt>Submitted</dt><dd id="submitted"></dd>
<dt>Came back before</dt><dd id="send-backs"></dd>
<dt>Size</dt><dd id="size"></dd>
<dt>Yours until</dt><dd id="yours-until"></dd>
</dl>
<h3>What has to be said</h3>
<blockquote id="sentence"></blockquote>
<p>The four words: <strong id="words"></strong></p>
<div id="earlier" hidden><h3>Decided before</h3><ul id="decisions"></ul></div>
<video id="player" controls preload="metadata" playsinline disablepictureinpicture disableremoteplayback controlslist="nodownload noremoteplayback" aria-label="The recording"></video>
<p class="row" role="group" aria-label="Player">
<button id="play" type="button">Play or pause</button>
<button id="back" type="button">Back 5 seconds</button>
<button id="forward" type="button">Forward 5 seconds</button>
<button id="start" type="button">To the start</button>
<span id="position" role="timer"></span>
</p>
<form id="decide" method="post" novalidate>
<fieldset>
<legend>Checklist</legend>
<label class="choice"><input type="checkbox" name="faceVisible"> One face is seen throughout</label>
<label class="choice"><input type="checkbox" name="sentenceSpoken"> The whole sentence is spoken</label>
<label class="choice"><input type="checkbox" name="wordsMatch"> The four words match</label>
<label class="choice"><input type="checkbox" name="unedited"> There is no cut, and nothing is laid over it</label>
</fieldset>
<fieldset>
<legend>Decision</legend>
<label class="choice"><input type="radio" name="decision" value="approve"> Approve: the debt becomes binding</label>
<label class="choice"><input type="radio" name="decision" value="send_back"> Send back: the borrower records again</label>
<label class="choice"><input type="radio" name="decision" value="refuse"> Refuse: the debt ends</label>
</fieldset>
<label for="reason">Why, for the borrower to read, and of a refusal for the lender, too (not for an approval)</label>
<textarea id="reason" maxlength="500" rows="3"></textarea>
<div id="proof" hidden>
<label for="proof-code">Prove that it is you: a new code of your authenticator app</label>
<input id="proof-code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="20">
</div>
<p class="row"><button type="submit">Decide</button>
<button id="give-back" type="button">Give back to the queue</button></p>
</form>
</section>
</main>
`;
