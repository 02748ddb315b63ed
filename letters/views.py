"""No more mails of a kind: a button for people, one POST for mail programs. Nobody signs in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from letters.refusing import letter_behind
from letters.writing import writer_of


@csrf_exempt  # a mail program has no cookie (RFC 8058, 3.1); the address itself is the permission
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def refusal(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the page changes nothing: link checkers open every link of a mail."""
    letter = letter_behind(token)
    writer = writer_of(letter) if letter else None
    if letter is None or writer is None or not writer.about:
        raise Http404("no such letter")
    answer = ""
    if request.method == "POST":
        wants_more = "again" in request.POST
        writer.heed(letter, wants_more)
        answer = "again" if wants_more else "refused"
    context = {"letter": letter, "about": writer.about, "answer": answer}
    return render(request, "letters/refusal.html", context)
