//! The firm's folder templates, and planting them at a client.

mod text;

use portal_core::directory::FolderTemplate;
use portal_core::values::{ClientId, DisplayName, FolderTemplateId};

use super::clients::name_error;
use super::{administers, head};
use crate::handlers::Ids;
use crate::views::staff::{ApplyTemplate, TemplateLine, TemplatePage, TemplatesPage};
use crate::views::{Field, Flash, Undo, paths};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, go_saying, page, refused};
use crate::web::posted::{NoFields, Posted};
use crate::web::problem::Problem;

/// `GET /staff/templates`.
pub(crate) async fn list(staff: AsStaff) -> Answer {
    let rows = staff.staff.folder_templates().list().await?.into_iter().map(line).collect();
    page(&TemplatesPage { frame: staff.frame(), rows })
}

fn line(template: FolderTemplate) -> TemplateLine {
    let folders = text::written(template.folders.folders());
    TemplateLine { id: template.id, name: template.name, folders, is_default: template.is_default }
}

/// The one whose folders new clients get.
pub(super) async fn of_new_clients(staff: &AsStaff) -> Result<Option<TemplateLine>, Problem> {
    let all = staff.staff.folder_templates().list().await?;
    Ok(all.into_iter().find(|template| template.is_default).map(line))
}

/// One of them.
async fn template(staff: &AsStaff, ids: &Ids) -> Result<TemplateLine, Problem> {
    let id: FolderTemplateId = ids.of("template")?;
    let all = staff.staff.folder_templates().list().await?;
    all.into_iter().find(|template| template.id == id).map(line).ok_or(Problem::NotFound)
}

/// `GET /staff/templates/new`.
pub(crate) async fn new_form(staff: AsStaff) -> Answer {
    administers(&staff)?;
    let (name, folders) = (Field::default(), Field::default());
    page(&TemplatePage { frame: staff.frame(), template: None, name, folders })
}

/// `GET /staff/templates/{template}`.
pub(crate) async fn edit_form(staff: AsStaff, ids: Ids) -> Answer {
    administers(&staff)?;
    let found = template(&staff, &ids).await?;
    let (name, folders) = (Field::of(&found.name), Field::of(&found.folders));
    page(&TemplatePage { frame: staff.frame(), template: Some(found.id), name, folders })
}

/// The form of a template.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateForm {
    name: String,
    folders: String,
}

/// `POST /staff/templates`.
pub(crate) async fn add(posted: Posted<AsStaff, TemplateForm>) -> Answer {
    administers(&posted.actor)?;
    save(posted, None).await
}

/// `POST /staff/templates/{template}`.
pub(crate) async fn change(ids: Ids, posted: Posted<AsStaff, TemplateForm>) -> Answer {
    administers(&posted.actor)?;
    let id = template(&posted.actor, &ids).await?.id;
    save(posted, Some(id)).await
}

async fn save(posted: Posted<AsStaff, TemplateForm>, template: Option<FolderTemplateId>) -> Answer {
    let Posted { actor: staff, fields, command, .. } = posted;
    let (name, folders) = (DisplayName::new(&fields.name), text::read(&fields.folders));
    let (Ok(name), Ok(tree)) = (&name, &folders) else {
        let field = |value: &str, error: Option<String>| match error {
            Some(error) => Field::refused(value, error),
            None => Field::of(value),
        };
        return refused(&TemplatePage {
            frame: staff.frame(),
            template,
            name: field(&fields.name, name.err().map(|error| name_error(error).to_owned())),
            folders: field(&fields.folders, folders.err()),
        });
    };
    let templates = staff.staff.folder_templates();
    match template {
        None => drop(templates.add(name.clone(), tree.clone()).command(command).await?),
        Some(id) => templates.change(id, name.clone(), tree.clone()).command(command).await?,
    }
    let understood = text::counted(tree.folders());
    let said = format!("“{name}” was saved: {understood}. Clients you have stay as they are.");
    go_saying(paths::templates(), Flash::done(said))
}

/// `POST /staff/templates/{template}/remove`.
pub(crate) async fn remove(ids: Ids, posted: Posted<AsStaff, NoFields>) -> Answer {
    let staff = posted.actor;
    administers(&staff)?;
    let found = template(&staff, &ids).await?;
    staff.staff.folder_templates().remove(found.id).await?;
    let undo = Undo::at(paths::templates()).field("name", &found.name).field("folders", &found.folders);
    go_saying(paths::templates(), Flash::done(format!("“{}” was removed.", found.name)).undone_by(undo))
}

/// Whether new clients get it.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DefaultForm {
    chosen: bool,
}

/// `POST /staff/templates/{template}/default`.
pub(crate) async fn choose_default(ids: Ids, posted: Posted<AsStaff, DefaultForm>) -> Answer {
    let Posted { actor: staff, fields: DefaultForm { chosen }, .. } = posted;
    administers(&staff)?;
    let found = template(&staff, &ids).await?;
    staff.staff.folder_templates().choose_default(chosen.then_some(found.id)).await?;
    let said = match chosen {
        true => format!("New clients get the folders of “{}”.", found.name),
        false => "New clients get no folders of a template.".to_owned(),
    };
    go_saying(paths::templates(), Flash::done(said))
}

/// `GET /staff/clients/{client}/template`.
pub(crate) async fn apply_form(staff: AsStaff, ids: Ids) -> Answer {
    let client = head(&staff.staff, ids.of("client")?).await?;
    let rows = staff.staff.folder_templates().list().await?.into_iter().map(line).collect();
    page(&ApplyTemplate { frame: staff.frame(), client, rows })
}

/// Which template.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApplyForm {
    template: FolderTemplateId,
}

/// `POST` of the same.
pub(crate) async fn apply(ids: Ids, posted: Posted<AsStaff, ApplyForm>) -> Answer {
    let Posted { actor: staff, fields, command, .. } = posted;
    let client: ClientId = ids.of("client")?;
    staff.staff.files(client).apply_template(fields.template).command(command).await?;
    let said =
        "The folders of the template are here. Those that were here already stay as they were; nobody was emailed.";
    go_saying(&paths::files(client), Flash::done(said))
}
