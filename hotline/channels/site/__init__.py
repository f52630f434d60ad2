"""The page: the same flows as a chat in a browser, without script, cookie or a name in the URL.

Rule 1: a conversation is a random name that stands in the page's form and nowhere else; here it
becomes a key of the day, exactly as a caller's number does.
Rule 2: whatever comes in, what was written is kept or stands in the form again.
Rule 3: nothing of a request is kept but the form: no address, no agent, no cookie, no log line.
"""
