//! The page behind an unsubscribe link, and what mail programs post to it with one click (RFC 8058).
//!
//! What changes something here carries its own proof, the token, and neither session nor form token: a mail program has none.

use axum::extract::Path;
use portal_core::UnsubscribeView;
use portal_core::directory::Topic;
use portal_core::notifications::UnsubscribeToken;
use portal_core::values::FirmId;

use crate::views::contact::UnsubscribePage;
use crate::views::{FirmFace, Hidden, PlainFrame, paths};
use crate::web::actors::Anybody;
use crate::web::pages::{Answer, page};
use crate::web::problem::Problem;

/// The parts of the path.
type Parts = Path<(String, String)>;

/// `GET /unsubscribe/{firm}/{token}`: says what it is about, with a button. It changes nothing, whoever opens it and how often.
pub(crate) async fn show(anybody: Anybody, Path(parts): Parts) -> Answer {
    let link = Link::read(parts)?;
    let view = link.look(&anybody).await?;
    let state = if view.off { State::Off } else { State::On };
    link.show(&anybody, &view, state)
}

/// `POST /unsubscribe/{firm}/{token}`: turns it off. What the body says does not matter.
pub(crate) async fn turn_off(anybody: Anybody, Path(parts): Parts) -> Answer {
    let link = Link::read(parts)?;
    anybody.visitor().unsubscribe(link.firm, &link.token).await?;
    let view = link.look(&anybody).await?;
    link.show(&anybody, &view, State::Off)
}

/// `POST /unsubscribe/{firm}/{token}/again`: takes it back.
pub(crate) async fn turn_on(anybody: Anybody, Path(parts): Parts) -> Answer {
    let link = Link::read(parts)?;
    anybody.visitor().subscribe_again(link.firm, &link.token).await?;
    let view = link.look(&anybody).await?;
    let state = if view.off { State::Off } else { State::OnAgain };
    link.show(&anybody, &view, state)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    On,
    Off,
    OnAgain,
}

struct Link {
    firm: FirmId,
    token: UnsubscribeToken,
    text: String,
}

impl Link {
    /// Whatever is wrong with a link, it is answered alike.
    fn read((firm, text): (String, String)) -> Result<Self, Problem> {
        let firm = firm.parse().map_err(|_| Problem::NotFound)?;
        let token = text.parse().map_err(|_| Problem::NotFound)?;
        Ok(Self { firm, token, text })
    }

    async fn look(&self, anybody: &Anybody) -> Result<UnsubscribeView, Problem> {
        Ok(anybody.visitor().unsubscribe_page(self.firm, &self.token).await?)
    }

    fn show(&self, anybody: &Anybody, view: &UnsubscribeView, state: State) -> Answer {
        let address = self.firm.to_string();
        let action = match state {
            State::Off => paths::subscribe_again(&address, &self.text),
            State::On | State::OnAgain => paths::unsubscribe(&address, &self.text),
        };
        let firm = FirmFace::visited(&view.firm, address);
        page(&UnsubscribePage {
            frame: PlainFrame { firm: Some(firm), ..anybody.visit.bare_frame() },
            about: match view.topic {
                Topic::Shared => "mail about what is shared with you",
                Topic::NewDocuments => "mail about new documents",
                Topic::ClientUploaded => "mail about what clients upload",
            },
            off: state == State::Off,
            again: state == State::OnAgain,
            can_be_on_again: view.can_be_on_again,
            action: Hidden::new(action),
        })
    }
}
